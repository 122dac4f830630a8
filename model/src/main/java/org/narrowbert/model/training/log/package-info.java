/**
 * What a run leaves behind for people to look at. In: reports of a run. Out: {@code metrics.jsonl}, which is also read here, and event files
 * for TensorBoard.
 */
package org.narrowbert.model.training.log;
