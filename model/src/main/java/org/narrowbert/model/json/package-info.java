/**
 * JSON from strangers, read strictly. In: bytes. Out: a tree, or one sentence with file, line and column. Not exported: no other module sees
 * the JSON library.
 */
package org.narrowbert.model.json;
