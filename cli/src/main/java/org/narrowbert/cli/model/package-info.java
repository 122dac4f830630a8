/** Models as files. In: a model's directory, or sizes of a model to be. Out: a directory, an ONNX file, a description. */
package org.narrowbert.cli.model;
