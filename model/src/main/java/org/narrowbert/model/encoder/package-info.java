/**
 * BERT encoders: their sizes, their config.json, and their graphs. In: a configuration with its layout. Out: a graph of ops over row sets.
 */
package org.narrowbert.model.encoder;
