package io.github.calib8.evaluation;

/**
 * An image that measures and has, byte for byte, calibrated under another name. A value; immutable
 * and thread-safe.
 *
 * @param measured its name among the images that measure
 * @param calibrated its name among those that calibrated
 */
public record CalibratedImage(String measured, String calibrated) {}
