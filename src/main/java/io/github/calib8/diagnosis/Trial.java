package io.github.calib8.diagnosis;

import java.util.BitSet;

/**
 * What a setting gets right.
 *
 * @param setting the setting
 * @param top1 the images whose class ranks first, by their index; not to be changed
 * @param top5 those whose class is among the first five; not to be changed
 */
record Trial(Setting setting, BitSet top1, BitSet top5) {

  int right() {
    return top1.cardinality();
  }

  int rightOfFive() {
    return top5.cardinality();
  }

  /** How many images this gets right and the other does not. */
  int onlyThis(Trial other) {
    BitSet only = (BitSet) top1.clone();
    only.andNot(other.top1);
    return only.cardinality();
  }
}
