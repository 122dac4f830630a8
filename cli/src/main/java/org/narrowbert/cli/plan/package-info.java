/** What a model costs, before it is run. In: a configuration and sizes of a batch. Out: a sheet of operations, bytes and times. */
package org.narrowbert.cli.plan;
