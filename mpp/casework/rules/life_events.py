"""What happens in a person's life, as the words by which services are found; the one place of these words."""

from __future__ import annotations

from collections.abc import Mapping

LIFE_EVENTS: Mapping[str, Mapping[str, str]] = {
    "born": {"id": "Anak lahir", "en": "A child is born"},
    "school": {"id": "Sekolah dan kuliah", "en": "School and study"},
    "work": {"id": "Mencari kerja dan bekerja", "en": "Finding work and working"},
    "business": {"id": "Membuka dan menjalankan usaha", "en": "Starting and running a business"},
    "home": {"id": "Membangun dan memiliki rumah", "en": "Building and owning a home"},
    "vehicle": {"id": "Kendaraan dan angkutan", "en": "Vehicles and transport"},
    "married": {"id": "Menikah", "en": "Getting married"},
    "divorced": {"id": "Bercerai", "en": "Getting divorced"},
    "ill": {"id": "Sakit dan jaminan kesehatan", "en": "Illness and health insurance"},
    "aid": {"id": "Butuh bantuan", "en": "In need of support"},
    "moved": {"id": "Pindah tempat tinggal", "en": "Moving house"},
    "travel": {"id": "Bepergian ke luar negeri", "en": "Travelling abroad"},
    "lost": {"id": "Kehilangan barang atau surat", "en": "Something was lost"},
    "gathering": {"id": "Mengadakan acara", "en": "Holding an event"},
    "complaint": {"id": "Mengadu dan bertanya", "en": "Complaining and asking"},
    "died": {"id": "Keluarga meninggal", "en": "A death in the family"},
}
