addEventListener('click', () => console.error('I complain late'));
