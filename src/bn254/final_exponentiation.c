/*
 * The final exponentiation, to (q^12 - 1) / r = (q^6 - 1) (q^2 + 1) * (q^4 - q^2 + 1) / r. Source
 * for the last factor: Scott, Benger, Charlemagne, Dominguez Perez and Kachisa, "On the Final
 * Exponentiation for Calculating Pairings on Ordinary Elliptic Curves", 2009, section 5.
 */
#include "bn254/pairing.h"

/* x = 4965661367192848881 without its leading 1, as odd digits below 8 with three zeros between any
 * two of them. */
static const signed char x_digits[] = {0, 0, 0, 0, 0, 5, 0, 0,  0, 0,  -3, 0,  0, 0,  3, 0,
                                       0, 0, 0, 5, 0, 0, 0, -5, 0, 0,  0,  -3, 0, 0,  0, 1,
                                       0, 0, 0, 0, 5, 0, 0, 0,  0, 7,  0,  0,  0, -7, 0, 0,
                                       0, 0, 0, 0, 5, 0, 0, 0,  0, -1, 0,  0,  0, 1};

enum { X_DIGITS = sizeof(x_digits), ODD_POWERS = 4 };

/* The element, of the cyclotomic subgroup, to the power x. */
static void power_x(struct fq12 *power, const struct fq12 *element)
{
    struct fq12 odd[ODD_POWERS]; /* to the powers 1, 3, 5, 7 */
    struct fq12 result = *element;
    struct fq12 factor;
    odd[0] = *element;
    fq12_cyclotomic_square(&factor, element);
    for (size_t index = 1; index < ODD_POWERS; index++)
        fq12_multiply(&odd[index], &odd[index - 1], &factor);
    for (size_t digit = 0; digit < X_DIGITS; digit++) {
        fq12_cyclotomic_square(&result, &result);
        if (x_digits[digit] > 0) {
            fq12_multiply(&result, &result, &odd[x_digits[digit] / 2]);
        } else if (x_digits[digit] < 0) {
            fq12_conjugate(&factor, &odd[-x_digits[digit] / 2]);
            fq12_multiply(&result, &result, &factor);
        }
    }
    *power = result;
}

/* To (q^6 - 1) (q^2 + 1), which leads into the cyclotomic subgroup. */
static void easy_part(struct fq12 *power, const struct fq12 *element)
{
    struct fq12 inverse;
    struct fq12 conjugate;
    (void)fq12_invert_var(&inverse, element);
    fq12_conjugate(&conjugate, element);
    fq12_multiply(&inverse, &inverse, &conjugate);
    fq12_frobenius_square(&conjugate, &inverse);
    fq12_multiply(power, &inverse, &conjugate);
}

/* The factors of the power, which is y0 y1^2 y2^6 y3^12 y4^18 y5^30 y6^36. */
struct factors {
    struct fq12 y0;
    struct fq12 y1;
    struct fq12 y2;
    struct fq12 y3;
    struct fq12 y4;
    struct fq12 y5;
    struct fq12 y6;
};

static void make_factors(struct factors *factors, const struct fq12 *element)
{
    struct fq12 x1;
    struct fq12 x2;
    struct fq12 x3;
    struct fq12 power;
    power_x(&x1, element);
    power_x(&x2, &x1);
    power_x(&x3, &x2);
    /* To q + q^2 + q^3. */
    fq12_frobenius(&power, element);
    fq12_frobenius_square(&factors->y0, element);
    fq12_multiply(&factors->y0, &factors->y0, &power);
    fq12_frobenius_square(&power, &power);
    fq12_multiply(&factors->y0, &factors->y0, &power);
    fq12_conjugate(&factors->y1, element);
    fq12_frobenius_square(&factors->y2, &x2);
    fq12_frobenius(&factors->y3, &x1);
    fq12_conjugate(&factors->y3, &factors->y3);
    fq12_frobenius(&factors->y4, &x2);
    fq12_multiply(&factors->y4, &factors->y4, &x1);
    fq12_conjugate(&factors->y4, &factors->y4);
    fq12_conjugate(&factors->y5, &x2);
    fq12_frobenius(&factors->y6, &x3);
    fq12_multiply(&factors->y6, &factors->y6, &x3);
    fq12_conjugate(&factors->y6, &factors->y6);
}

/* The vectorial addition chain of the source. */
void pairing_final_exponentiation(struct fq12 *power, const struct fq12 *element)
{
    struct factors factors;
    struct fq12 t0;
    struct fq12 t1;
    easy_part(&t0, element);
    make_factors(&factors, &t0);
    fq12_cyclotomic_square(&t0, &factors.y6);
    fq12_multiply(&t0, &t0, &factors.y4);
    fq12_multiply(&t0, &t0, &factors.y5);
    fq12_multiply(&t1, &factors.y3, &factors.y5);
    fq12_multiply(&t1, &t1, &t0);
    fq12_multiply(&t0, &t0, &factors.y2);
    fq12_cyclotomic_square(&t1, &t1);
    fq12_multiply(&t1, &t1, &t0);
    fq12_cyclotomic_square(&t1, &t1);
    fq12_multiply(&t0, &t1, &factors.y1);
    fq12_multiply(&t1, &t1, &factors.y0);
    fq12_cyclotomic_square(&t0, &t0);
    fq12_multiply(power, &t0, &t1);
}
