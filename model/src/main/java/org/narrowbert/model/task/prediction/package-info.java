/**
 * What a model says of examples, and how good that is. In: predictions and the set that they are of. Out: figures, details for a report, and files that
 * others read.
 */
package org.narrowbert.model.task.prediction;
