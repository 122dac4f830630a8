/**
 * The layout grammar: an encoder's architecture as a short string. In: a layout or the name of one. Out: its sublayers in order, with the
 * names of their weights. Knows no sizes and no graph.
 */
package org.narrowbert.model.layout;
