package io.github.calib8.networks;

/**
 * What a network costs. An immutable value, thread-safe.
 *
 * @param parameters the trained values; not BatchNormalization's running statistics
 * @param multiplyAdds the multiplications of all convolutions, fully connected layers and
 *     attention's products, for one image
 */
public record NetworkSize(long parameters, long multiplyAdds) {}
