/**
 * Files that are whole or absent. In: what to write. Out: a file or folder that appears under its name only when every byte is on disk, and
 * sentences for what went wrong; and the lock that keeps a folder to one process. Exported to the command line alone.
 */
package org.narrowbert.model.files;
