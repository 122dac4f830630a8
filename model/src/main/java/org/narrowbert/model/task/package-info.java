/**
 * Labelled data: what a task asks, and the files that hold it as they are distributed. In: files, folders, names of tasks and columns. Out: examples
 * with their labels, and predictions as files and figures.
 */
package org.narrowbert.model.task;
