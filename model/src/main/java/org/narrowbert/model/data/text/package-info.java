/** Documents out of files: text, JSON Lines and formats of other modules, compressed or not, and the corpus that comes along. Streamed, and refused where they are no sound text. */
package org.narrowbert.model.data.text;
