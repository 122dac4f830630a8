/**
 * Models for other people's runtimes. In: a configuration and weights. Out: an ONNX file that computes the same logits, and batches in the
 * padded form that it takes.
 */
package org.narrowbert.model.onnx;
