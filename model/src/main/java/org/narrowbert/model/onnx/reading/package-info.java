/**
 * Other people's ONNX files as models. In: the graph of a BERT encoder as the usual tools export it. Out: its configuration, and its weights under
 * Hugging Face's names.
 */
package org.narrowbert.model.onnx.reading;
