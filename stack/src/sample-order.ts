/** What existing clients of the orchestrator order: it empties the stock of product 3, so that the same again is refused. */
export const sampleOrder = {
  user_id: 1,
  items: [
    { product_id: 3, quantity: 2 },
    { product_id: 2, quantity: 4 },
  ],
};
