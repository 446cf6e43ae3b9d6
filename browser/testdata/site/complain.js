console.error('I complain');
