"""From what is declared and what was found to what will be done: order, rules, editions, gate, rendering, applying."""
