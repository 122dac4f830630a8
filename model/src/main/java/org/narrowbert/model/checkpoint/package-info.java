/**
 * Models on disk: Hugging Face's directories, and where a run keeps them. In: a folder. Out: a configuration, and tensors copied into the caller's
 * matrices; a model's directory written.
 */
package org.narrowbert.model.checkpoint;
