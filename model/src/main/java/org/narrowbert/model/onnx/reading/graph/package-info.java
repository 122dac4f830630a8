/**
 * ONNX files as graphs. In: a file. Out: its nodes, its tensors, and ways through them. Nothing of a file is run, and nothing is believed before it is
 * checked.
 */
package org.narrowbert.model.onnx.reading.graph;
