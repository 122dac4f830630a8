/**
 * Other people's ONNX files as models. In: a file of a BERT encoder as the usual tools export it. Out: its configuration, and its weights under
 * Hugging Face's names. Nothing of a file is run, and nothing is believed before it is checked.
 */
package org.narrowbert.model.onnx.reading;
