/** A program on the module path. */
module com.example {
  requires io.github.calib8;
  requires ai.djl.api;
  // ND4J works by sun.misc.Unsafe.
  requires jdk.unsupported;
}
