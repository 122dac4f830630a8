/** Text on its way to tokens. In: files of text, or the corpus that comes along. Out: a vocabulary, tokens on disk, figures about a text. */
package org.narrowbert.cli.text;
