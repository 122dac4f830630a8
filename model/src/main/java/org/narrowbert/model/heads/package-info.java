/**
 * What a model is for: each head names the rows it reads and adds its ops to an encoder's, which computes no others from its last attention on.
 * In: a configuration. Out: graphs for training, evaluation and inference.
 */
package org.narrowbert.model.heads;
