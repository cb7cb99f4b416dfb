import type { CopyGraph, GraphEdge, GraphNode } from '../../src/cli/report/copy-graph.js';

function node(object: string, [column, row]: readonly [number, number], copied = 10, left = 0): GraphNode {
  return { object, column, row, successful: copied, left, isDone: true, ownLookups: [] };
}

function lookup(from: string, field: string, to: string, isLater = false): GraphEdge {
  return { from, field, to, isLater };
}

/** Objects as a copy of a sales org has them: lookups past columns, within one, and back; long names and large counts. */
export const salesGraph: CopyGraph = {
  nodes: [
    node('Account', [0, 0], 1_234_567, 12_345),
    node('Product2', [0, 1]),
    node('Pricebook2', [0, 2]),
    node('Contact', [1, 0], 3_000_000, 123_456),
    node('PricebookEntry', [1, 1]),
    node('Opportunity', [2, 0]),
    node('Case', [2, 1]),
    node('A_Rather_Long_Name_Of_An_Object__c', [2, 2]),
    node('OpportunityLineItem', [3, 0]),
    node('Task', [3, 1]),
    node('OpportunityContactRole', [3, 2]),
  ],
  edges: [
    lookup('Contact', 'AccountId', 'Account'),
    lookup('PricebookEntry', 'Product2Id', 'Product2'),
    lookup('PricebookEntry', 'Pricebook2Id', 'Pricebook2'),
    lookup('Opportunity', 'AccountId', 'Account'),
    lookup('Opportunity', 'ContactId', 'Contact'),
    lookup('Opportunity', 'Pricebook2Id', 'Pricebook2'),
    lookup('Case', 'AccountId', 'Account'),
    lookup('A_Rather_Long_Name_Of_An_Object__c', 'Account__c', 'Account'),
    lookup('OpportunityLineItem', 'OpportunityId', 'Opportunity'),
    lookup('OpportunityLineItem', 'Product2Id', 'Product2'),
    lookup('OpportunityLineItem', 'PricebookEntryId', 'PricebookEntry'),
    lookup('Task', 'WhatId', 'Account'),
    lookup('Task', 'WhatId', 'Case'),
    lookup('Task', 'WhatId', 'OpportunityContactRole', true),
    lookup('OpportunityContactRole', 'ContactId', 'Contact'),
    lookup('Account', 'Main_Contact__c', 'Contact', true),
    lookup('Account', 'Last_Task__c', 'Task', true),
    lookup('Product2', 'Kept_By__c', 'OpportunityContactRole', true),
  ],
};
