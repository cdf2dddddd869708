/** The order of the existing clients. It empties the stock of product 3, so that the second one is refused. */
export const sampleOrder = {
  user_id: 1,
  items: [
    { product_id: 3, quantity: 2 },
    { product_id: 2, quantity: 4 },
  ],
};
