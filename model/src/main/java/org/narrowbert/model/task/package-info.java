/**
 * What a task asks: its name, its labels and figures, and where its files are in a folder. In: names of tasks, files, predictions. Out: labelled
 * sets, figures and files of predictions.
 */
package org.narrowbert.model.task;
