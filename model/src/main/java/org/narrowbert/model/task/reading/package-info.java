/**
 * Files of labelled examples as they are distributed: tables, columns of words, folders of texts, SQuAD's JSON. In: files and names of columns. Out:
 * labelled sets, and what a user should know of the reading.
 */
package org.narrowbert.model.task.reading;
