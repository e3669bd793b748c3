package io.github.calib8.diagnosis;

import io.github.calib8.image.Channels;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/** What an explanation may change. */
public enum Parameter {
  /** RGB, BGR or gray. */
  CHANNELS,
  /** What samples are divided by first. */
  DIVISOR,
  /** What is subtracted then; a mean that follows its color to another place is the same. */
  MEAN,
  /** What is divided by in the end; likewise. */
  STD,
  /** The size before the crop. */
  RESIZE,
  /** How images are resized. */
  FILTER,
  /** The size that is cut out of the center. */
  CROP,
  /** Whether channels come first or last. */
  LAYOUT,
  /** Which class a label stands for. */
  LABELS;

  /** In which parameters two preprocessings differ. */
  static Set<Parameter> between(Preprocessing a, Preprocessing b) {
    Set<Parameter> different = EnumSet.noneOf(Parameter.class);
    boolean otherOrder = isOtherOrder(a, b);
    add(different, CHANNELS, a.channelOrder() == b.channelOrder());
    add(different, DIVISOR, a.divisor() == b.divisor());
    add(
        different,
        MEAN,
        a.mean().equals(b.mean()) || otherOrder && Channel.reversed(a.mean()).equals(b.mean()));
    add(
        different,
        STD,
        a.std().equals(b.std()) || otherOrder && Channel.reversed(a.std()).equals(b.std()));
    add(different, RESIZE, a.resize().equals(b.resize()));
    boolean bothResize = !a.resize().equals(Resize.none()) && !b.resize().equals(Resize.none());
    add(different, FILTER, !bothResize || a.filter() == b.filter());
    add(
        different,
        CROP,
        a.height() == b.height()
            && a.width() == b.width()
            && Objects.equals(a.cropRounding(), b.cropRounding()));
    add(different, LAYOUT, a.layout() == b.layout());
    return different;
  }

  private static boolean isOtherOrder(Preprocessing a, Preprocessing b) {
    return a.channelOrder() != b.channelOrder()
        && a.channelOrder() != Channels.GRAY
        && b.channelOrder() != Channels.GRAY;
  }

  private static void add(Set<Parameter> different, Parameter parameter, boolean isSame) {
    if (!isSame) {
      different.add(parameter);
    }
  }
}
