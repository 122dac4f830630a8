/**
 * One column of Parquet files. In: a file and the column's name. Out: its values as documents, page by page: no more of a file is in memory
 * than one page and its dictionary. Every size and count that a file tells is checked before the library is given it.
 */
package org.narrowbert.parquet;
