"""What several steps ask of Saleor's API."""

APPROVE = """
mutation ($id: ID!) {
  returnRequestApprove(id: $id) { returnRequest { id } errors { field code message } } }"""
ACCEPT = """
mutation ($id: ID!) {
  vendorReturnAccept(id: $id) { vendorReturn { status } errors { field code message } } }"""
RECEIVE = """
mutation ($id: ID!, $lines: [ReturnReceptionLineInput!]!) {
  vendorReturnReceive(id: $id, lines: $lines) {
    vendorReturn { status } errors { field code message } } }"""
