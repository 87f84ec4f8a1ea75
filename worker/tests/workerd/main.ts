// The Worker as the tests run it: the real one, except that its Durable Object's container is a proverd of this machine.

import worker from '../../src/index.ts';

export { TestContainer as MyContainer } from './test-container.ts';
export default worker;
