/**
 * Which tokens matter: a running average of each vocabulary id's masked language model loss, and the choice of the rows that token dropping
 * keeps. In: input ids before a step, labels and losses after it. Out: kept rows.
 */
package org.narrowbert.model.importance;
