#include "bn254/fq12.h"

/* xi^(i (q - 1) / 6) for i from 1 to 5, xi = 9 + u: w^i to the power q is this times w^i. */
static const struct fq2 frobenius[5] = {
    {{{UINT64_C(0xaf9ba69633144907), UINT64_C(0xca6b1d7387afb78a), UINT64_C(0x11bded5ef08a2087),
       UINT64_C(0x02f34d751a1f3a7c)}},
     {{UINT64_C(0xa222ae234c492d72), UINT64_C(0xd00f02a4565de15b), UINT64_C(0xdc2ff3a253dfc926),
       UINT64_C(0x10a75716b3899551)}}},
    {{{UINT64_C(0xb5773b104563ab30), UINT64_C(0x347f91c8a9aa6454), UINT64_C(0x7a007127242e0991),
       UINT64_C(0x1956bcd8118214ec)}},
     {{UINT64_C(0x6e849f1ea0aa4757), UINT64_C(0xaa1c7b6d89f89141), UINT64_C(0xb6e713cdfae0ca3a),
       UINT64_C(0x26694fbb4e82ebc3)}}},
    {{{UINT64_C(0xe4bbdd0c2936b629), UINT64_C(0xbb30f162e133bacb), UINT64_C(0x31a9d1b6f9645366),
       UINT64_C(0x253570bea500f8dd)}},
     {{UINT64_C(0xa1d77ce45ffe77c7), UINT64_C(0x07affd117826d1db), UINT64_C(0x6d16bd27bb7edc6b),
       UINT64_C(0x2c87200285defecc)}}},
    {{{UINT64_C(0x7361d77f843abe92), UINT64_C(0xa5bb2bd3273411fb), UINT64_C(0x9c941f314b3e2399),
       UINT64_C(0x15df9cddbb9fd3ec)}},
     {{UINT64_C(0x5dddfd154bd8c949), UINT64_C(0x62cb29a5a4445b60), UINT64_C(0x37bc870a0c7dd2b9),
       UINT64_C(0x24830a9d3171f0fd)}}},
    {{{UINT64_C(0xc970692f41690fe7), UINT64_C(0xe240342127694b0b), UINT64_C(0x32bee66b83c459e8),
       UINT64_C(0x12aabced0ab08841)}},
     {{UINT64_C(0x0d485d2340aebfa9), UINT64_C(0x05193418ab2fcc57), UINT64_C(0xd3b0a40b8a4910f5),
       UINT64_C(0x2f21ebb535d2925a)}}}};

/* xi^(i (q^2 - 1) / 6) for i from 1 to 5, which are in Fq. */
static const struct fq frobenius_square[5] = {
    {{UINT64_C(0xca8d800500fa1bf2), UINT64_C(0xf0c5d61468b39769), UINT64_C(0x0e201271ad0d4418),
      UINT64_C(0x04290f65bad856e6)}},
    {{UINT64_C(0x3350c88e13e80b9c), UINT64_C(0x7dce557cdb5e56b9), UINT64_C(0x6001b4b8b615564a),
      UINT64_C(0x2682e617020217e0)}},
    {{UINT64_C(0x68c3488912edefaa), UINT64_C(0x8d087f6872aabf4f), UINT64_C(0x51e1a24709081231),
      UINT64_C(0x2259d6b14729c0fa)}},
    {{UINT64_C(0x71930c11d782e155), UINT64_C(0xa6bb947cffbe3323), UINT64_C(0xaa303344d4741444),
      UINT64_C(0x2c3b3f0d26594943)}},
    {{UINT64_C(0x08cfc388c494f1ab), UINT64_C(0x19b315148d1373d4), UINT64_C(0x584e90fdcb6c0213),
      UINT64_C(0x09e1685bdf2f8849)}}};

bool fq12_equal(const struct fq12 *left, const struct fq12 *right)
{
    return fq6_equal(&left->c0, &right->c0) && fq6_equal(&left->c1, &right->c1);
}

bool fq12_is_one(const struct fq12 *element)
{
    return fq12_equal(element, &FQ12_ONE);
}

/* Karatsuba, with w^2 = v. */
void fq12_multiply(struct fq12 *product, const struct fq12 *left, const struct fq12 *right)
{
    struct fq6 low;
    struct fq6 high;
    struct fq6 left_sum;
    struct fq6 right_sum;
    fq6_multiply(&low, &left->c0, &right->c0);
    fq6_multiply(&high, &left->c1, &right->c1);
    fq6_add(&left_sum, &left->c0, &left->c1);
    fq6_add(&right_sum, &right->c0, &right->c1);
    fq6_multiply(&left_sum, &left_sum, &right_sum);
    fq6_subtract(&left_sum, &left_sum, &low);
    fq6_subtract(&product->c1, &left_sum, &high);
    fq6_multiply_by_v(&high, &high);
    fq6_add(&product->c0, &low, &high);
}

/* c0^2 + v c1^2 = (c0 + c1) (c0 + v c1) - (1 + v) c0 c1 */
void fq12_square(struct fq12 *square, const struct fq12 *element)
{
    struct fq6 mixed;
    struct fq6 sum;
    struct fq6 turned;
    fq6_multiply(&mixed, &element->c0, &element->c1);
    fq6_add(&sum, &element->c0, &element->c1);
    fq6_multiply_by_v(&turned, &element->c1);
    fq6_add(&turned, &turned, &element->c0);
    fq6_multiply(&sum, &sum, &turned);
    fq6_subtract(&sum, &sum, &mixed);
    fq6_multiply_by_v(&turned, &mixed);
    fq6_subtract(&square->c0, &sum, &turned);
    fq6_add(&square->c1, &mixed, &mixed);
}

/* With m = a + b v: c0 + v m c1 and c1 + m c0. */
void fq12_multiply_by_line(struct fq12 *product, const struct fq12 *element, const struct fq2 *a,
                           const struct fq2 *b)
{
    struct fq6 low;
    struct fq6 high;
    fq6_multiply_by_01(&low, &element->c0, a, b);
    fq6_multiply_by_01(&high, &element->c1, a, b);
    fq6_multiply_by_v(&high, &high);
    fq6_add(&product->c1, &element->c1, &low);
    fq6_add(&product->c0, &element->c0, &high);
}

void fq12_conjugate(struct fq12 *conjugate, const struct fq12 *element)
{
    conjugate->c0 = element->c0;
    fq6_negate(&conjugate->c1, &element->c1);
}

/* The coefficients of 1, w, w^2 and so on are c0.c0, c1.c0, c0.c1, c1.c1, c0.c2, c1.c2. */
static void frobenius_coefficient(struct fq2 *power, const struct fq2 *coefficient, unsigned int i)
{
    fq2_conjugate(power, coefficient);
    fq2_multiply(power, power, &frobenius[i - 1]);
}

void fq12_frobenius(struct fq12 *power, const struct fq12 *element)
{
    fq2_conjugate(&power->c0.c0, &element->c0.c0);
    frobenius_coefficient(&power->c1.c0, &element->c1.c0, 1);
    frobenius_coefficient(&power->c0.c1, &element->c0.c1, 2);
    frobenius_coefficient(&power->c1.c1, &element->c1.c1, 3);
    frobenius_coefficient(&power->c0.c2, &element->c0.c2, 4);
    frobenius_coefficient(&power->c1.c2, &element->c1.c2, 5);
}

void fq12_frobenius_square(struct fq12 *power, const struct fq12 *element)
{
    power->c0.c0 = element->c0.c0;
    fq2_scale(&power->c1.c0, &element->c1.c0, &frobenius_square[0]);
    fq2_scale(&power->c0.c1, &element->c0.c1, &frobenius_square[1]);
    fq2_scale(&power->c1.c1, &element->c1.c1, &frobenius_square[2]);
    fq2_scale(&power->c0.c2, &element->c0.c2, &frobenius_square[3]);
    fq2_scale(&power->c1.c2, &element->c1.c2, &frobenius_square[4]);
}

/* (a + b y)^2 in Fq4 = Fq2[y] / (y^2 - xi) */
static void square_in_fq4(struct fq2 *c0, struct fq2 *c1, const struct fq2 *a, const struct fq2 *b)
{
    struct fq2 a_square;
    struct fq2 b_square;
    fq2_square(&a_square, a);
    fq2_square(&b_square, b);
    fq2_add(c1, a, b);
    fq2_square(c1, c1);
    fq2_subtract(c1, c1, &a_square);
    fq2_subtract(c1, c1, &b_square);
    fq2_multiply_by_xi(c0, &b_square);
    fq2_add(c0, c0, &a_square);
}

/* 3 t - 2 z */
static void triple_less(struct fq2 *result, const struct fq2 *t, const struct fq2 *z)
{
    struct fq2 difference;
    fq2_subtract(&difference, t, z);
    fq2_double(&difference, &difference);
    fq2_add(result, &difference, t);
}

/* 3 t + 2 z */
static void triple_more(struct fq2 *result, const struct fq2 *t, const struct fq2 *z)
{
    struct fq2 sum;
    fq2_add(&sum, t, z);
    fq2_double(&sum, &sum);
    fq2_add(result, &sum, t);
}

void fq12_cyclotomic_square(struct fq12 *square, const struct fq12 *element)
{
    struct fq2 a0;
    struct fq2 a1;
    struct fq2 b0;
    struct fq2 b1;
    struct fq2 c0;
    struct fq2 c1;
    square_in_fq4(&a0, &a1, &element->c0.c0, &element->c1.c1);
    square_in_fq4(&b0, &b1, &element->c1.c0, &element->c0.c2);
    square_in_fq4(&c0, &c1, &element->c0.c1, &element->c1.c2);
    fq2_multiply_by_xi(&c1, &c1);
    triple_less(&square->c0.c0, &a0, &element->c0.c0);
    triple_more(&square->c1.c1, &a1, &element->c1.c1);
    triple_less(&square->c0.c1, &b0, &element->c0.c1);
    triple_more(&square->c1.c2, &b1, &element->c1.c2);
    triple_more(&square->c1.c0, &c1, &element->c1.c0);
    triple_less(&square->c0.c2, &c0, &element->c0.c2);
}

/* (c0 - c1 w) / (c0^2 - v c1^2) */
bool fq12_invert_var(struct fq12 *inverse, const struct fq12 *element)
{
    struct fq6 norm;
    struct fq6 square;
    fq6_multiply(&norm, &element->c0, &element->c0);
    fq6_multiply(&square, &element->c1, &element->c1);
    fq6_multiply_by_v(&square, &square);
    fq6_subtract(&norm, &norm, &square);
    if (!fq6_invert_var(&norm, &norm))
        return false;
    fq6_multiply(&inverse->c0, &element->c0, &norm);
    fq6_negate(&norm, &norm);
    fq6_multiply(&inverse->c1, &element->c1, &norm);
    return true;
}
