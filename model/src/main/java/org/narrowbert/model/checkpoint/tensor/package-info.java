/**
 * Tensors in files: safetensors and PyTorch's .bin, whole or in shards. In: a file or a folder of them. Out: names, shapes and values, under Hugging
 * Face's present names. A file is checked whole before any value is read, and is never mapped into memory.
 */
package org.narrowbert.model.checkpoint.tensor;
