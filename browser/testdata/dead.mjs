// A scenario that ends its own process.
export default async function(stage) {
  await stage.step('alive', () => {});
  process.exit(0);
}
