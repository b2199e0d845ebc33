/**
 * Classes that break the rules, each named after what it does wrong: proof that a rule can fail.
 */
package io.darkroom.architecture.breaches;
