-- By hand: what the operator's people see of how an applicant comes back: that it does, and which contract it says it has signed, but never the token's hash. It is written with the owner's rights alone.
alter table application_access add constraint application_access_signed_document_fkey
  foreign key (signed_document_id) references document(id);
--> statement-breakpoint
alter table application_access add constraint application_access_signed check ((signed_document_id is null) = (signed_at is null));
--> statement-breakpoint
create index application_access_created on application_access (created_at);
--> statement-breakpoint
alter table application_access enable row level security;
--> statement-breakpoint
grant select (application_id, created_at, signed_document_id, signed_at) on application_access to tributary_request;
--> statement-breakpoint
create policy read on application_access for select to tributary_request
  using (application_id = any (array(select visible_applications())));
