"""``make audit``: what others' rules say of the workflows, rights and images that this repository writes.

checkov looks at workflows, at policies of roles (wrapped as CloudFormation, the documents as they are sent) and at the
image's configuration; zizmor at what a workflow lets others do; check-jsonschema at whether it is one. The tools have
an environment of their own, because their pins are not ours. A finding is mended, or it stands in ``accepted.yaml``
with the reason; one that stands there and is found no more is an error too.
"""
