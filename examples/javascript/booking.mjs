// The code under test: books a callback through v3, at the desired time or else at the first one that is proposed.

/**
 * @param {string} dataURL
 * @param {string} serviceName
 * @param {string} phoneNumber
 * @param {string} desiredTime ISO 8601 in UTC
 * @returns {Promise<string>} the time that is booked
 */
export async function book(dataURL, serviceName, phoneNumber, desiredTime) {
  const { status, answer } = await create(dataURL, { serviceName, phoneNumber, desiredTime });
  if (status === 200) {
    return desiredTime;
  }
  const [proposed] = Object.keys(answer.data?.slots ?? {});
  if (proposed === undefined) {
    throw new Error(`not booked: ${answer.status.message}`);
  }
  return book(dataURL, serviceName, phoneNumber, proposed);
}

/**
 * @param {string} dataURL
 * @param {{ [name: string]: string }} fields
 */
async function create(dataURL, fields) {
  const response = await fetch(`${dataURL}/create`, { method: 'POST', body: new URLSearchParams(fields) });
  return { status: response.status, answer: await response.json() };
}
