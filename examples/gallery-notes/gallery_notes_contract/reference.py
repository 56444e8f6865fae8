"""Gallery Notes as the embedded reference has it, and the mistakes that its checks must find."""

from piwigo_contract.reference.extensions import Gallery, Parameter, PwgError, Signature, extension, method, mutant

ALBUM = Parameter("album_id", type="int positive")
METHODS = (
    Signature("notes.getList", {}, (ALBUM,)),
    Signature("notes.add", {"admin_only": True}, (ALBUM, Parameter("text"))),
    Signature("notes.wipe", {"admin_only": True}, (ALBUM,)),
)


@extension
class Notes(Gallery):
    """The gallery with the plugin. All that it ever has to tell is one note in its first album."""

    def methods(self):
        return {**super().methods(), **{each.name: each for each in METHODS}}

    def forbidden_methods(self):
        return (*super().forbidden_methods(), "notes.wipe")

    def notes_of(self, album_id, caller):
        return ["seen by everybody"] if album_id == 1 else []


@method("notes.getList")
def get_list(gallery, call, params):
    return {"notes": gallery.notes_of(params["album_id"], call.caller)}


@method("notes.add")
@method("notes.wipe")
def write(gallery, call, params):
    raise PwgError(404, "There is no such album")


@mutant("notes-for-keys-are-others", "NOTE-01")
class NotesForKeysAreOthers(Notes):
    """Programs are told notes that are not for their owner."""

    def notes_of(self, album_id, caller):
        return [*super().notes_of(album_id, caller), *(["not for you"] if caller.by_header else [])]


@mutant("notes-added-by-anybody-s-key", "NOTE-02")
class NotesAddedByAnybodysKey(Notes):
    """Whether the caller is an administrator is asked of sessions alone."""

    def gate_admin(self, call, signature):
        if not (call.caller.by_header and signature.name == "notes.add"):
            super().gate_admin(call, signature)


@mutant("notes-wiped-by-a-key", "NOTE-03")
class NotesWipedByAKey(Notes):
    """The plugin adds its methods, and forgets the list of those that keys may not call."""

    def forbidden_methods(self):
        return Gallery.forbidden_methods(self)
