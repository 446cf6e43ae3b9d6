// A scenario that breaks off.
export default async function({page, step}) {
  await page.goto('/good');
  await page.getByRole('button', {name: 'Not there'}).click({timeout: 100});
}
