/**
 * Imports Caffe's classifiers: a deploy file and its weights become an ONNX model, a mean file
 * becomes means per channel.
 *
 * <p>Both file formats are read by parsers of this package, strictly: a field that would change the
 * result and is not understood is an error, and so is a file that breaks off or lies about its
 * sizes.
 */
@NullMarked
package io.github.calib8.caffe;

import org.jspecify.annotations.NullMarked;
