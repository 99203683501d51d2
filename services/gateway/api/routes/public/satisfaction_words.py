"""What the page with the nine questions says, in both languages."""

from __future__ import annotations

from mpp.papers.standing import Text

TITLE: Text = {"id": "Penilaian layanan", "en": "Rate this service"}
INTRO: Text = {
    "id": "Berkas Anda sudah selesai. Kami ingin tahu pendapat Anda tentang layanan ini.",
    "en": "Your case has ended. We would like to know what you think of the service.",
}
PRIVACY: Text = {
    "id": "Boleh diisi, boleh tidak; pertanyaan boleh dilewati. Jawaban disimpan tanpa nama, nomor, atau kode berkas: "
    "hanya layanan, kantor, dan bulannya. Alamat ini dapat dipakai satu kali, sampai {day}.",
    "en": "You may answer or not, and leave out any question. Answers are kept without your name and without the "
    "number or code of your case: only with service, office and month. This address can be used once, until {day}.",
}
SERVICE: Text = {"id": "Layanan", "en": "Service"}
OFFICE: Text = {"id": "Kantor", "en": "Office"}
SKIP: Text = {"id": "Tidak menjawab", "en": "No answer"}
PRESET: Text = {
    "id": "Tidak perlu dijawab: layanan ini tidak dipungut biaya, jadi nilainya 4 ({label}).",
    "en": "Needs no answer: this service is free of charge, so its value is 4 ({label}).",
}
SEND: Text = {"id": "Kirim penilaian", "en": "Send"}
NOTHING: Text = {
    "id": "Belum ada yang dijawab. Pilih paling sedikit satu jawaban, lalu kirim.",
    "en": "Nothing was answered yet. Choose at least one answer, then send.",
}
NOTHING_TITLE: Text = {"id": "Belum terkirim", "en": "Not sent yet"}
FIRST: Text = {"id": "Ke pertanyaan pertama", "en": "To the first question"}
THANKS: Text = {"id": "Terima kasih", "en": "Thank you"}
KEPT: Text = {
    "id": "Penilaian Anda sudah kami simpan, tanpa nama. Halaman ini boleh ditutup.",
    "en": "Your answers are kept, without your name. You may close this page.",
}
HELP: Text = {
    "id": "Ada keluhan? Sampaikan di loket mal, supaya ada yang menjawab: penilaian ini tidak dapat dibalas.",
    "en": "Do you have a complaint? Bring it to a counter, so that somebody answers: to this nobody can reply.",
}
LANGUAGES: Text = {"id": "Bahasa Indonesia", "en": "English"}
