/**
 * Models on disk: safetensors files and Hugging Face's directories of them. In: a folder. Out: a configuration, and tensors copied into the
 * caller's matrices. A file is checked whole before any value is read, and is never mapped into memory.
 */
package org.narrowbert.model.checkpoint;
