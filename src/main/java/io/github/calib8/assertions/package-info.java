/**
 * AssertJ assertions on the results of this library, for the unit tests of its users. The only
 * package that needs AssertJ, which whoever uses it declares as a dependency of the tests.
 */
@NullMarked
package io.github.calib8.assertions;

import org.jspecify.annotations.NullMarked;
