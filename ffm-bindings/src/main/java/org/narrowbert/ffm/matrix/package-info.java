/**
 * Products of matrices by native libraries: its calls, the threads of those that have their own. In: shapes and absolute addresses of off-heap
 * memory whose extents the caller has checked. Out: the product, in memory of the caller. Nothing here looks for a library.
 */
package org.narrowbert.ffm.matrix;
