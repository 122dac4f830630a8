/** Documents as token ids: in memory, or prepared as checksummed shards on disk that are larger than it; divided for validation, and counted. */
package org.narrowbert.model.data.corpus;
