/**
 * Tables: rows whose fields have names. In: files of CSV, TSV, JSON Lines, and Parquet where that module is. Out: the wanted fields of one row after the
 * other, or one sentence with file and line.
 */
package org.narrowbert.model.table;
