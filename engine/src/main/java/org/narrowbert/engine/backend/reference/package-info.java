/**
 * The executable specification: every kernel as plain loops in double, one screen each, no cleverness. Finite differences check its
 * gradients; every other backend is tested against it.
 */
package org.narrowbert.engine.backend.reference;
