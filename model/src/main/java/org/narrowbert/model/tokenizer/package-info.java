/**
 * Text to token ids and back: the Hugging Face tokenizers library behind one class, and the training of WordPiece vocabularies.
 *
 * <p>A tokenizer.json, a vocab.txt or plain text enters; token ids, or a vocabulary, leave.
 */
package org.narrowbert.model.tokenizer;
