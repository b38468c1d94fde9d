/** Stores sentences with their embeddings and finds the ones nearest to a question. */
package com.example.search;
